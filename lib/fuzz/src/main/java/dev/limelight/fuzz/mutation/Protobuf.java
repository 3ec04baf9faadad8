package dev.limelight.fuzz.mutation;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Changes one field somewhere in a message.
 *
 * @param type of the file
 */
public record Protobuf(Message type) implements Mutator {

  private static final int DEEPEST = 300;

  /** One value of a field; the index is -1 where a field has one value. */
  private record Place(Message.Builder builder, FieldDescriptor field, int index) {

    Object value() {
      return index < 0 ? builder.getField(field) : builder.getRepeatedField(field, index);
    }

    void set(Object value) {
      if (index < 0) {
        builder.setField(field, value);
      } else {
        builder.setRepeatedField(field, index, value);
      }
    }

    void remove() {
      List<Object> kept = new ArrayList<>();
      if (index >= 0) {
        int count = builder.getRepeatedFieldCount(field);
        IntStream.range(0, count)
            .filter(i -> i != index)
            .forEach(i -> kept.add(builder.getRepeatedField(field, i)));
      }
      builder.clearField(field);
      kept.forEach(value -> builder.addRepeatedField(field, value));
    }
  }

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    Message.Builder root = type.newBuilderForType();
    try {
      root.mergeFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return new Bytes().mutate(bytes, random);
    }
    List<Place> places = new ArrayList<>();
    collect(root, places, 0);
    if (places.isEmpty()) {
      return new Bytes().mutate(bytes, random);
    }
    change(Values.pick(places, random), places, random);
    return root.build().toByteArray();
  }

  private static void collect(Message.Builder builder, List<Place> places, int depth) {
    if (depth > DEEPEST) {
      return;
    }
    for (FieldDescriptor field : builder.getAllFields().keySet()) {
      boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      int count = field.isRepeated() ? builder.getRepeatedFieldCount(field) : 1;
      // Of a long list of numbers, a few are enough.
      for (int i = 0; i < (message ? count : Math.min(count, 8)); i++) {
        int index = field.isRepeated() ? i : -1;
        places.add(new Place(builder, field, index));
        if (message) {
          collect(
              index < 0
                  ? builder.getFieldBuilder(field)
                  : builder.getRepeatedFieldBuilder(field, index),
              places,
              depth + 1);
        }
      }
    }
  }

  private static void change(Place place, List<Place> places, RandomGenerator random) {
    boolean message = place.field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    switch (random.nextInt(message ? 4 : 6)) {
      case 0 -> place.remove();
      case 1 -> {
        if (place.index >= 0) {
          place.builder.addRepeatedField(place.field, place.value());
        } else {
          place.remove();
        }
      }
      case 2 -> {
        List<Place> alike =
            places.stream().filter(other -> other.field.equals(place.field)).toList();
        Object mine = place.value();
        Place other = Values.pick(alike, random);
        place.set(other.value());
        other.set(mine);
      }
      default -> {
        if (message) {
          nest(place, random);
        } else {
          place.set(other(place, places, random));
        }
      }
    }
  }

  private static Object other(Place place, List<Place> places, RandomGenerator random) {
    return switch (place.field.getJavaType()) {
      case INT -> (int) Values.integer(random);
      case LONG -> Values.integer(random);
      case FLOAT -> (float) Values.real(random);
      case DOUBLE -> Values.real(random);
      case BOOLEAN -> !(Boolean) place.value();
      case ENUM -> Values.pick(place.field.getEnumType().getValues(), random);
      case STRING -> text(places, random);
      case BYTE_STRING ->
          ByteString.copyFrom(
              new Bytes().mutate(((ByteString) place.value()).toByteArray(), random));
      case MESSAGE -> throw new IllegalStateException("a message is not replaced by a value");
    };
  }

  /** A name that is used elsewhere in the file, or one that nobody expects. */
  private static String text(List<Place> places, RandomGenerator random) {
    List<Place> texts =
        places.stream()
            .filter(other -> other.field.getJavaType() == FieldDescriptor.JavaType.STRING)
            .toList();
    return random.nextInt(3) > 0
        ? (String) Values.pick(texts, random).value()
        : Values.text(random);
  }

  /** Puts copies of a message into itself, by way of a field that leads back to its type. */
  private static void nest(Place place, RandomGenerator random) {
    Message inner = (Message) place.value();
    int depth = Values.pick(List.of(1, 5, 40), random);
    for (int i = 0; i < depth; i++) {
      Message outer = wrapped(inner, 3);
      if (outer == null || outer.getSerializedSize() > 1 << 22) {
        break;
      }
      inner = outer;
    }
    place.set(inner);
  }

  /** A copy that holds the message somewhere below, or null if none of its fields lead back. */
  private static @Nullable Message wrapped(Message message, int levels) {
    return within(message.toBuilder(), message, levels);
  }

  private static @Nullable Message within(Message.Builder builder, Message wanted, int levels) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || levels == 0) {
        continue;
      }
      Message child =
          field.getMessageType().equals(wanted.getDescriptorForType())
              ? wanted
              : within(builder.newBuilderForField(field), wanted, levels - 1);
      if (child != null) {
        return (field.isRepeated()
                ? builder.addRepeatedField(field, child)
                : builder.setField(field, child))
            .build();
      }
    }
    return null;
  }
}
