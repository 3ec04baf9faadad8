/**
 * Rules of relevance, one function an operator. They are written as rules of a gradient c for which
 * the relevance of a tensor x is {@code x c}: nothing is divided where an activation is 0.
 */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.relevance;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
