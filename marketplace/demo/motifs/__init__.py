"""The things on the demo's pictures, each drawn by a function on an empty scene."""
