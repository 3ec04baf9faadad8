/** Networks of ONNX files. */
package dev.limelight.onnx;
