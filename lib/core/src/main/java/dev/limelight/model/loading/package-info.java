/** Models loaded from disk or by a published name. */
package dev.limelight.model.loading;
