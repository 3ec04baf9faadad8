/** Events of Java's Flight Recorder, which show where time goes. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.event;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
