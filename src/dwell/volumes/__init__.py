"""Medical volumes: a grid of voxels in a patient, its planes, and the slices that are seen as frames."""
