/**
 * Class activation maps whose weights come from what the network says of changed copies of the
 * picture or of its activations; one file a method.
 */
@NullMarked
package dev.limelight.cam.perturbed;

import org.jspecify.annotations.NullMarked;
