"""SAM 1 and SAM-HQ: prompts on single images; the networks are those of ``transformers``."""
