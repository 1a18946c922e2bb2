"""The commands of `anju-sim`, one file each: options in, calls to the simulators, figures out."""
