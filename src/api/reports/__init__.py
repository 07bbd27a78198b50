"""Reports: all figures of a year as one document to print, that asks nothing of any other place."""
