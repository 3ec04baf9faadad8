/** What a user wants to know, and the method that answers it on the network at hand. */
@NullMarked
package dev.limelight.purpose;

import org.jspecify.annotations.NullMarked;
