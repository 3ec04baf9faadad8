/** Files written whole or not at all, unique names and text formats. */
@NullMarked
package dev.limelight.io;

import org.jspecify.annotations.NullMarked;
