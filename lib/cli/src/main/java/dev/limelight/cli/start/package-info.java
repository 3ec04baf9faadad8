/** What keeps the start of a command short. */
@NullMarked
package dev.limelight.cli.start;

import org.jspecify.annotations.NullMarked;
