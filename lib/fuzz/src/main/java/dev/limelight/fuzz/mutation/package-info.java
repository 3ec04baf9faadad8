/** Damage to files: to their bytes, and to the structure of each kind of file. */
@NullMarked
package dev.limelight.fuzz.mutation;

import org.jspecify.annotations.NullMarked;
