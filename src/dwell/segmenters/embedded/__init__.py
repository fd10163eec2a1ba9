"""The built-in segmenter and tracker: no network weights, no GPU, plain NumPy and OpenCV."""
