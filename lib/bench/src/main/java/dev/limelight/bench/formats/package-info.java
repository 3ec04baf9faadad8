/** Networks in every format, compared with what PyTorch computes of them. */
@NullMarked
package dev.limelight.bench.formats;

import org.jspecify.annotations.NullMarked;
