package dev.limelight.spark;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/** Where a row of a dataset has its picture. */
sealed interface PictureSource extends Serializable {

  /** The expression of the column that identifies a picture. */
  String pathExpression();

  /** The value of that column. */
  String path(Row row);

  /**
   * The picture.
   *
   * @param path its path, as errors name it
   * @param range the samples that are black and white, or none for those of the file's type
   * @throws IOException if it cannot be read
   */
  Picture picture(Row row, String path, List<Double> range) throws IOException;

  /** The bytes of the picture's file; none if it is decoded already. */
  default byte[] content(Row row, String path) throws IOException {
    return new byte[0];
  }

  /** The bytes of a picture's file. */
  static byte[] content(Row row, String column, String path) throws IOException {
    byte[] content = row.getAs(column);
    if (content == null) {
      throw new IOException(path + " has no bytes in column " + column);
    }
    return content;
  }

  /**
   * The bytes of picture files, as in Spark's binaryFile source.
   *
   * @param column the column that identifies a picture
   * @param bytes the column with the bytes of its file
   */
  record Encoded(String column, String bytes) implements PictureSource {

    private static final long serialVersionUID = 1L;

    @Override
    public String pathExpression() {
      return column;
    }

    @Override
    public String path(Row row) {
      return String.valueOf(row.<Object>getAs(column));
    }

    @Override
    public byte[] content(Row row, String path) throws IOException {
      return PictureSource.content(row, bytes, path);
    }

    @Override
    public Picture picture(Row row, String path, List<Double> range) throws IOException {
      byte[] content = content(row, path);
      return range.isEmpty()
          ? Pictures.read(content, path)
          : Pictures.read(content, path, range.get(0), range.get(1));
    }
  }

  /**
   * Pixels, as in Spark's image source.
   *
   * @param column the column of the pictures
   */
  record Decoded(String column) implements PictureSource {

    private static final long serialVersionUID = 1L;

    private static final String ORIGIN = "origin";

    @Override
    public String pathExpression() {
      return column + "." + ORIGIN;
    }

    @Override
    public String path(Row row) {
      return String.valueOf(row.<Row>getAs(column).<Object>getAs(ORIGIN));
    }

    /** Decodes OpenCV's layout: rows of blue, green, red and perhaps alpha; one channel is grey. */
    @Override
    public Picture picture(Row row, String path, List<Double> range) throws IOException {
      if (!range.isEmpty()) {
        throw new IOException(
            path + " is decoded by Spark to 8 bits, which have no range; use binaryFile instead");
      }
      Row fields = row.getAs(column);
      int width = fields.<Integer>getAs("width");
      int height = fields.<Integer>getAs("height");
      int channels = fields.<Integer>getAs("nChannels");
      byte[] data = fields.getAs("data");
      if (width < 1 || height < 1 || (long) width * height * channels != data.length) {
        throw new IOException(
            path
                + " is not a picture that Spark's image source could read; use binaryFile instead");
      }
      int[] rgb = new int[width * height];
      for (int i = 0; i < rgb.length; i++) {
        int at = i * channels;
        int blue = data[at] & 255;
        int green = channels == 1 ? blue : data[at + 1] & 255;
        int red = channels == 1 ? blue : data[at + 2] & 255;
        int alpha = channels == 4 ? data[at + 3] & 255 : 255;
        rgb[i] = onWhite(red, alpha) << 16 | onWhite(green, alpha) << 8 | onWhite(blue, alpha);
      }
      return Picture.of(width, height, rgb, path);
    }

    private static int onWhite(int value, int alpha) {
      return Math.round((value * alpha + 255 * (255 - alpha)) / 255f);
    }
  }
}
