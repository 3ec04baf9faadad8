/** The time that concepts take. */
@NullMarked
package dev.limelight.bench.concept;

import org.jspecify.annotations.NullMarked;
