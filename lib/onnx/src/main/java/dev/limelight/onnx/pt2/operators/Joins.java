package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.TensorMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Tensors joined, padded, rolled and spread. */
@MetaInfServices(AtenRules.class)
public final class Joins implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("cat.default", Joins::cat),
        entry("concat.default", Joins::cat),
        entry("stack.default", Joins::stack),
        entry("pad.default", Joins::pad),
        entry("constant_pad_nd.default", Joins::pad),
        entry("reflection_pad2d.default", (n, g) -> padded(n, g, "reflect")),
        entry("replication_pad2d.default", (n, g) -> padded(n, g, "edge")),
        entry("roll.default", Joins::roll),
        entry("flip.default", Joins::flip),
        entry("pixel_shuffle.default", Joins::pixelShuffle),
        entry("pixel_unshuffle.default", Joins::pixelUnshuffle),
        entry("channel_shuffle.default", Joins::channelShuffle));
  }

  private static void cat(Call n, GraphWriter g) {
    int axis = n.axis("dim", 0, n.resultMeta(0).rank());
    List<TensorMeta> metas = metas(n);
    List<String> tensors = n.tensors("tensors");
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < metas.size(); i++) {
      // An empty vector may be joined to anything.
      if (metas.get(i).rank() != 1 || metas.get(i).count() != 0) {
        parts.add(g.cast(tensors.get(i), metas.get(i).type(), n.type()));
      }
    }
    if (parts.isEmpty()) {
      throw n.refuse("it joins nothing");
    }
    n.result(g.concat(axis, parts));
  }

  private static void stack(Call n, GraphWriter g) {
    int axis = n.axis("dim", 0, n.resultMeta(0).rank());
    List<TensorMeta> metas = metas(n);
    List<String> tensors = n.tensors("tensors");
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < metas.size(); i++) {
      String tensor = g.cast(tensors.get(i), metas.get(i).type(), n.type());
      parts.add(g.op("Unsqueeze", tensor, g.ints(axis)));
    }
    n.result(g.concat(axis, parts));
  }

  private static List<TensorMeta> metas(Call n) {
    List<TensorMeta> metas = new ArrayList<>();
    for (TensorMeta meta : n.metas("tensors")) {
      if (meta == null) {
        throw n.refuse("it joins what is no tensor");
      }
      metas.add(meta);
    }
    return metas;
  }

  private static void pad(Call n, GraphWriter g) {
    String mode = n.text("mode", "constant");
    padded(
        n,
        g,
        switch (mode) {
          case "constant" -> "constant";
          case "reflect" -> "reflect";
          case "replicate" -> "edge";
          case "circular" -> "wrap";
          default -> throw n.refuse("its mode is " + mode);
        });
  }

  /** PyTorch names the last dimension first, before and after it. */
  private static void padded(Call n, GraphWriter g, String mode) {
    long[] given = n.integers(n.has("pad") ? "pad" : "padding");
    int rank = n.xMeta().rank();
    if (given.length > 2 * rank || given.length % 2 != 0) {
      throw n.refuse("it has " + given.length + " paddings for " + rank + " dimensions");
    }
    long[] pads = new long[2 * rank];
    for (int i = 0; i < given.length / 2; i++) {
      pads[rank - 1 - i] = given[2 * i];
      pads[2 * rank - 1 - i] = given[2 * i + 1];
    }
    if (Arrays.stream(pads).allMatch(size -> size == 0)) {
      n.result(n.x());
      return;
    }
    String value = n.has("value") ? g.number(n.infinite("value"), n.type()) : "";
    n.result(
        g.op(
            "Pad",
            Attributes.none().and("mode", mode),
            n.x(),
            g.ints(pads),
            mode.equals("constant") ? value : ""));
  }

  /** The last elements come first. */
  private static void roll(Call n, GraphWriter g) {
    long[] shifts = n.integers("shifts");
    long[] dims = n.integers("dims", new long[0]);
    if (shifts.length != dims.length) {
      throw n.refuse("it rolls the tensor as one vector");
    }
    String x = n.x();
    for (int i = 0; i < shifts.length; i++) {
      int axis = n.axis(dims[i], n.xMeta().rank());
      long size = n.xMeta().size(axis);
      if (size < 0 && Math.abs(shifts[i]) > 1) {
        throw n.refuse("it rolls a dimension whose length is open");
      }
      long shift = size > 0 ? Math.floorMod(shifts[i], size) : shifts[i];
      if (shift != 0) {
        String end = g.slice(x, axis, g.ints(-shift), g.ints(Long.MAX_VALUE), 1);
        String start = g.slice(x, axis, g.ints(0), g.ints(-shift), 1);
        x = g.concat(axis, List.of(end, start));
      }
    }
    n.result(x);
  }

  private static void flip(Call n, GraphWriter g) {
    String x = n.x();
    for (long axis : n.axes("dims", n.xMeta().rank())) {
      x = g.slice(x, axis, g.ints(-1), g.ints(Long.MIN_VALUE), -1);
    }
    n.result(x);
  }

  private static void pixelShuffle(Call n, GraphWriter g) {
    Attributes attributes =
        Attributes.with("blocksize", n.integer("upscale_factor")).and("mode", "CRD");
    n.result(g.op("DepthToSpace", attributes, n.x()));
  }

  /** The places of a block become channels, those of one channel next to each other. */
  private static void pixelUnshuffle(Call n, GraphWriter g) {
    long factor = n.integer("downscale_factor");
    TensorMeta meta = n.xMeta();
    if (meta.rank() != 4 || meta.size(1) < 0 || meta.size(2) < 0 || meta.size(3) < 0) {
      throw n.refuse("the size of its input is open");
    }
    long channels = meta.size(1);
    long rows = meta.size(2) / factor;
    long columns = meta.size(3) / factor;
    String blocks = g.reshape(n.x(), -1, channels, rows, factor, columns, factor);
    String turned = g.transpose(blocks, 0, 1, 3, 5, 2, 4);
    n.result(g.reshape(turned, -1, channels * factor * factor, rows, columns));
  }

  private static void channelShuffle(Call n, GraphWriter g) {
    long groups = n.integer("groups");
    TensorMeta meta = n.xMeta();
    if (meta.rank() != 4 || meta.size(2) < 0 || meta.size(3) < 0) {
      throw n.refuse("the size of its input is open");
    }
    String grouped = g.reshape(n.x(), 0, groups, -1, meta.size(2), meta.size(3));
    String turned = g.transpose(grouped, 0, 2, 1, 3, 4);
    n.result(g.reshape(turned, 0, meta.size(1), meta.size(2), meta.size(3)));
  }
}
