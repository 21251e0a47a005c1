# The kernel's own simulated GPIO chip, which Debian does not build, as a module for Debian's kernel; irq_sim.c is a part of the kernel that
# Debian does not build either.
obj-m := gpio-sim.o
gpio-sim-y := chip.o irq_sim.o
