/** What a terminal shows: tables, and how far long work has come. */
@NullMarked
package dev.limelight.cli.console;

import org.jspecify.annotations.NullMarked;
