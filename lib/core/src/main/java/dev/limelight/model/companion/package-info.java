/** What files beside a model say of its pictures and its classes. */
@NullMarked
package dev.limelight.model.companion;

import org.jspecify.annotations.NullMarked;
