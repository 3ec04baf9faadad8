/** Models loaded from disk or by a published name. */
@NullMarked
package dev.limelight.model.loading;

import org.jspecify.annotations.NullMarked;
