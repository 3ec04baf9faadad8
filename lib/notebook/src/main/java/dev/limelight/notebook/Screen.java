package dev.limelight.notebook;

/** The destination of outputs: a kernel, or standard output without one. */
interface Screen {

  /** Shows an output that does not change. */
  void show(Rendering rendering);

  /** Shows an output that can be updated. */
  void display(Rendering rendering, String id);

  /** Updates an output. */
  void update(Rendering rendering, String id);

  /** Prints text to standard output, for programs outside a notebook. */
  final class Plain implements Screen {
    @Override
    public void show(Rendering rendering) {
      System.out.println(rendering.text());
    }

    @Override
    public void display(Rendering rendering, String id) {
      System.out.println(rendering.text());
    }

    @Override
    public void update(Rendering rendering, String id) {
      System.out.println(rendering.text());
    }
  }
}
