"""The eight invented programs of the sample, one module each: `build(folder)` writes a program's exports."""
