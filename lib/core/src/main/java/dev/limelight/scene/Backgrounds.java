package dev.limelight.scene;

import dev.limelight.data.ImageSet;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What scenes are pasted on. */
@API(status = Status.INTERNAL)
public interface Backgrounds {

  /**
   * One of them.
   *
   * @throws IOException if a picture cannot be read
   */
  Ground get(int width, int height, Random random) throws IOException;

  /** Clouds, stripes and checkerboards. */
  static Backgrounds generated() {
    return (width, height, random) -> {
      int side = Math.max(width, height);
      return new Ground(side, random).cropped(side, width, height);
    };
  }

  /** Parts of pictures: of any place, as large as fits, or down to half of that. */
  static Backgrounds of(ImageSet photos) {
    return (width, height, random) -> {
      Picture photo = photos.get(random.nextInt(photos.size())).picture();
      double fits = Math.min((double) photo.width() / width, (double) photo.height() / height);
      double scale = fits * Ground.uniform(random, 0.5, 1);
      int partWidth = Math.max(1, Math.min(photo.width(), (int) (width * scale)));
      int partHeight = Math.max(1, Math.min(photo.height(), (int) (height * scale)));
      int left = random.nextInt(photo.width() - partWidth + 1);
      int top = random.nextInt(photo.height() - partHeight + 1);
      return Ground.of(photo.cropped(left, top, partWidth, partHeight).resized(width, height));
    };
  }
}
