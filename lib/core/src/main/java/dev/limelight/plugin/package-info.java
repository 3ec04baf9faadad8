/** Finds what implements an interface of the library, in this jar and in others. */
@NullMarked
package dev.limelight.plugin;

import org.jspecify.annotations.NullMarked;
