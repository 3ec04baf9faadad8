package dev.limelight.image;

import java.awt.geom.Rectangle2D;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A picture and the part of it that a network sees.
 *
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param visible the part, in pixels of the picture; it may reach beyond it
 */
@API(status = Status.INTERNAL)
public record Framing(int width, int height, Rectangle2D visible) {}
