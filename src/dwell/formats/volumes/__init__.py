"""Labels of medical volumes, on exactly their grid."""
