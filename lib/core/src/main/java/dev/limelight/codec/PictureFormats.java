package dev.limelight.codec;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The formats that can be read. Their readers are named here and not searched for: Java looks for
 * plug-ins once, by the context class loader, and so misses jars that a notebook adds later; and a
 * picture is read alike whatever else is on the class path.
 */
final class PictureFormats {

  /** The formats, for messages. */
  static final String NAMES = "PNG, JPEG, WebP, GIF, TIFF, BMP and WBMP";

  /** Signatures of formats that cannot be read: name, offset and the characters there. */
  private static final List<Signature> OTHERS =
      List.of(
          new Signature("AVIF", 4, "ftypavif"),
          new Signature("HEIC", 4, "ftyp"),
          new Signature("JPEG 2000", 4, "jP  "),
          new Signature("JPEG XL", 4, "JXL "),
          new Signature("JPEG XL", 0, "\u00FF\n"),
          new Signature("Photoshop", 0, "8BPS"),
          new Signature("PDF", 0, "%PDF"),
          new Signature("SVG", 0, "<svg"));

  private static final Registry REGISTRY = new Registry();

  private PictureFormats() {}

  /** A reader for the file in a stream, or null if no format fits. */
  static @Nullable ImageReader reader(ImageInputStream stream) throws IOException {
    for (ImageReaderSpi format : REGISTRY.formats) {
      if (fits(format, stream)) {
        return format.createReaderInstance();
      }
    }
    return null;
  }

  /** Loads the readers and the libraries of the JPEG reader. */
  static void prepare() throws IOException {
    try (ImageInputStream empty = new MemoryCacheImageInputStream(InputStream.nullInputStream())) {
      reader(empty);
    }
    REGISTRY.formats.get(0).createReaderInstance().dispose();
  }

  private static boolean fits(ImageReaderSpi format, ImageInputStream stream) throws IOException {
    stream.seek(0);
    try {
      return format.canDecodeInput(stream);
    } catch (EOFException e) {
      return false; // shorter than the signature
    }
  }

  /** The name of a known format that cannot be read, by the first bytes of a file, or null. */
  static @Nullable String unreadable(byte[] start) {
    return OTHERS.stream()
        .filter(format -> format.starts(start))
        .map(Signature::name)
        .findFirst()
        .orElse(null);
  }

  private record Signature(String name, int offset, String text) {
    boolean starts(byte[] file) {
      byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
      int end = offset + wanted.length;
      return file.length >= end && Arrays.equals(wanted, Arrays.copyOfRange(file, offset, end));
    }
  }

  /** A registry of its own, in which the JPEG reader finds Java's, on which it is built. */
  private static final class Registry extends ServiceRegistry {

    private static final Map<String, Integer> OF_JAVA =
        Map.of("png", 0, "gif", 1, "bmp", 2, "wbmp", 3);

    private final List<ImageReaderSpi> formats = new ArrayList<>();

    Registry() {
      super(List.<Class<?>>of(ImageReaderSpi.class).iterator());
      ImageReaderSpi[] java = new ImageReaderSpi[OF_JAVA.size()];
      Iterator<ImageReaderSpi> all =
          IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
      while (all.hasNext()) {
        ImageReaderSpi reader = all.next();
        if (reader.getClass().getModule().equals(IIORegistry.class.getModule())) {
          String name = reader.getFormatNames()[0].toLowerCase(Locale.ROOT);
          if (name.equals("jpg") || name.equals("jpeg")) {
            registerServiceProvider(reader, ImageReaderSpi.class);
          }
          Integer place = OF_JAVA.get(name);
          if (place != null) {
            java[place] = reader;
          }
        }
      }
      for (ImageReaderSpi reader :
          List.of(
              new JPEGImageReaderSpi(),
              new TIFFImageReaderSpi(),
              new BigTIFFImageReaderSpi(),
              new WebPImageReaderSpi())) {
        registerServiceProvider(reader, ImageReaderSpi.class);
        formats.add(reader);
      }
      Arrays.stream(java).filter(Objects::nonNull).forEach(formats::add);
    }
  }
}
