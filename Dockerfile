# Dwell's app in a container; see docs/docker.md. Without a GPU by default:
#   docker build --tag dwell .
# With one, or without learned models:
#   docker build --tag dwell-cuda --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu126 .
#   docker build --tag dwell-small --build-arg EXTRAS=cloud .
ARG PYTHON=3.12
FROM python:${PYTHON}-slim

ARG EXTRAS=cloud,sam
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG UID=1000

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONUNBUFFERED=1

# PyTorch first, from the index of the wanted kind; what Dwell asks for is there then.
RUN case ",${EXTRAS}," in *,sam,*|*,edgetam,*) pip install torch torchvision --index-url "${TORCH_INDEX}" ;; esac

WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src ./src
RUN pip install ".[${EXTRAS}]"

# Nobody special runs it, and these folders alone are theirs.
RUN useradd --uid "${UID}" --create-home dwell \
    && mkdir -p /recordings /models /state \
    && chown dwell: /recordings /models /state
USER dwell
ENV HF_HOME=/models \
    DWELL_STATE=/state \
    DWELL_CACHE=/state/cache
WORKDIR /recordings
VOLUME ["/recordings", "/models", "/state"]

# Inside it must listen to the outside; what may reach it is said at `docker run --publish`.
EXPOSE 8642
ENTRYPOINT ["dwell"]
CMD ["app", "--root", "/recordings", "--host", "0.0.0.0", "--allow-remote", "--port", "8642", "--no-browser"]
