/** Generated pictures with objects whose masks are exact. */
@NullMarked
package dev.limelight.scene;

import org.jspecify.annotations.NullMarked;
