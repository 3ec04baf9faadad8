/** How the help of a command is laid out. */
@NullMarked
package dev.limelight.cli.help;

import org.jspecify.annotations.NullMarked;
