/** What kind of model a file holds. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.file;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
