/** What the command {@code concepts} asks and writes. */
@NullMarked
package dev.limelight.cli.concept;

import org.jspecify.annotations.NullMarked;
