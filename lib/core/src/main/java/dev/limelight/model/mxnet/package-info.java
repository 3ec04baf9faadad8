/** Networks of MXNet symbols, DJL blocks on MXNet, and MXNet's autograd. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.mxnet;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
