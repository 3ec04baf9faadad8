/** Where the overlays of a training go: folders, TensorBoard, MLflow and films. */
package dev.limelight.sink;
