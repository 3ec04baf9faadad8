package dev.limelight.cli.options;

import java.util.concurrent.Callable;

/** A command of a package above the one that starts the program, which finds it as a service. */
public interface FurtherCommand extends Callable<Integer> {}
