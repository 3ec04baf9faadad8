/** Networks of MXNet symbols, and what MXNet alone can do. */
package dev.limelight.model.mxnet;
