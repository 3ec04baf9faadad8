/** Where the overlays of a training go: folders, TensorBoard, MLflow and films. */
@NullMarked
package dev.limelight.sink;

import org.jspecify.annotations.NullMarked;
