/** How maps change as the layers of a network are made random. */
package dev.limelight.randomisation;
