/** What a network looks for: the concepts that make up its evidence for a class. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.concept;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
