/** Writes MXNet's symbols and their parameters. */
@NullMarked
package dev.limelight.bench.symbol;

import org.jspecify.annotations.NullMarked;
