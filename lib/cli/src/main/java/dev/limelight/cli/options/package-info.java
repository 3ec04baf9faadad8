/** Options that several commands have. */
@NullMarked
package dev.limelight.cli.options;

import org.jspecify.annotations.NullMarked;
