/** Folders as the Hugging Face hub has them: a configuration in JSON and named weights. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.zoo.hub;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
