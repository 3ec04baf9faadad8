package dev.limelight.codec;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Animated GIFs that repeat forever. All frames share one colour table, so nothing flickers. */
@API(status = Status.INTERNAL)
public final class Gif {

  /** The loop block: sub-block 1, and 0 repetitions, which means forever. */
  private static final byte[] FOREVER = {1, 0, 0};

  private Gif() {}

  /**
   * A frame of an animation.
   *
   * @param image the picture
   * @param time how long it is shown; GIF counts hundredths of a second
   */
  public record Frame(BufferedImage image, Duration time) {}

  /**
   * Encodes frames. A frame that is smaller than the largest is in the upper left corner, on white.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static byte[] encode(List<Frame> frames) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("an animation needs at least one frame, but got none");
    }
    int width = frames.stream().mapToInt(frame -> frame.image().getWidth()).max().orElseThrow();
    int height = frames.stream().mapToInt(frame -> frame.image().getHeight()).max().orElseThrow();
    List<BufferedImage> images =
        frames.stream().map(frame -> fitted(frame.image(), width, height)).toList();
    ColorTable table = ColorTable.of(images);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < images.size(); i++) {
        BufferedImage indexed = table.indexed(images.get(i));
        IIOMetadata metadata = metadata(writer, indexed, frames.get(i).time(), i == 0);
        writer.writeToSequence(new IIOImage(indexed, null, metadata), null);
      }
      writer.endWriteSequence();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static BufferedImage fitted(BufferedImage image, int width, int height) {
    BufferedImage canvas = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = canvas.createGraphics();
    try {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, width, height);
      g.drawImage(image, 0, 0, null);
    } finally {
      g.dispose();
    }
    return canvas;
  }

  private static IIOMetadata metadata(
      ImageWriter writer, BufferedImage image, Duration time, boolean first)
      throws IIOInvalidTreeException {
    IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
    String format = metadata.getNativeMetadataFormatName();
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
    IIOMetadataNode control = child(root, "GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", String.valueOf(time.toMillis() / 10));
    if (first) {
      IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
      loop.setAttribute("applicationID", "NETSCAPE");
      loop.setAttribute("authenticationCode", "2.0");
      loop.setUserObject(FOREVER);
      child(root, "ApplicationExtensions").appendChild(loop);
    }
    metadata.setFromTree(format, root);
    return metadata;
  }

  private static IIOMetadataNode child(IIOMetadataNode root, String name) {
    if (root.getElementsByTagName(name).getLength() == 0) {
      root.appendChild(new IIOMetadataNode(name));
    }
    return (IIOMetadataNode) root.getElementsByTagName(name).item(0);
  }
}
