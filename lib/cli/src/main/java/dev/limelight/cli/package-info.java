/** The command line: one command a file, and the options that commands share. */
@NullMarked
package dev.limelight.cli;

import org.jspecify.annotations.NullMarked;
