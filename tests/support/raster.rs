//! A small renderer for picture tests: egui's triangles on the CPU, so that a picture needs neither GPU nor display.
//!
//! Bilinear texture lookup, premultiplied alpha, the top-left rule for shared edges.

use std::collections::HashMap;

use egui::epaint::Primitive;
use egui::{ClippedPrimitive, Color32, ColorImage, ImageData, Mesh, Pos2, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;
use image::RgbaImage;

/// Keeps the textures and draws frames.
#[derive(Default)]
pub struct Raster {
    textures: HashMap<TextureId, ColorImage>,
}

impl TestRenderer for Raster {
    #[expect(clippy::iter_over_hash_type, reason = "textures do not depend on each other")]
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in std::mem::take(&mut delta.set) {
            for change in changes {
                let ImageData::Color(image) = change.image;
                match change.pos {
                    None => drop(self.textures.insert(id, ColorImage::clone(&image))),
                    Some([x0, y0]) => {
                        let Some(target) = self.textures.get_mut(&id) else { continue };
                        let [w, h] = image.size;
                        for y in 0..h {
                            for x in 0..w {
                                target[(x0 + x, y0 + y)] = image[(x, y)];
                            }
                        }
                    }
                }
            }
        }
        for id in std::mem::take(&mut delta.free) {
            self.textures.remove(&id);
        }
    }

    fn render(&mut self, ctx: &egui::Context, output: &egui::FullOutput) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let (width, height) = (size.x.round() as usize, size.y.round() as usize);
        let mut pixels = vec![[0.0_f32; 4]; width * height];
        for ClippedPrimitive { clip_rect, primitive } in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            let clip = [
                (clip_rect.min.x * scale).round().max(0.0) as usize,
                (clip_rect.min.y * scale).round().max(0.0) as usize,
                ((clip_rect.max.x * scale).round().max(0.0) as usize).min(width),
                ((clip_rect.max.y * scale).round().max(0.0) as usize).min(height),
            ];
            draw(&mesh, texture, clip, scale, width, &mut pixels);
        }
        let bytes = pixels.iter().flat_map(|p| [p[0], p[1], p[2], 255.0].map(|v| v.round().clamp(0.0, 255.0) as u8));
        RgbaImage::from_raw(width as u32, height as u32, bytes.collect()).ok_or_else(|| "wrong size".into())
    }
}

fn draw(mesh: &Mesh, texture: &ColorImage, clip: [usize; 4], scale: f32, width: usize, pixels: &mut [[f32; 4]]) {
    for triangle in mesh.indices.chunks_exact(3) {
        let [a, b, c] = [triangle[0], triangle[1], triangle[2]].map(|i| &mesh.vertices[i as usize]);
        let at = |p: Pos2| (p.x * scale, p.y * scale);
        let (mut pa, mut pb, pc) = (at(a.pos), at(b.pos), at(c.pos));
        let (mut va, mut vb) = (a, b);
        let mut area = edge(pa, pb, pc);
        if area == 0.0 {
            continue;
        }
        if area < 0.0 {
            std::mem::swap(&mut pa, &mut pb);
            std::mem::swap(&mut va, &mut vb);
            area = -area;
        }
        let low = |x: f32, y: f32, z: f32, min: usize| (x.min(y).min(z).floor().max(0.0) as usize).max(min);
        let high = |x: f32, y: f32, z: f32, max: usize| (x.max(y).max(z).ceil().max(0.0) as usize).min(max);
        for y in low(pa.1, pb.1, pc.1, clip[1])..high(pa.1, pb.1, pc.1, clip[3]) {
            for x in low(pa.0, pb.0, pc.0, clip[0])..high(pa.0, pb.0, pc.0, clip[2]) {
                let p = (x as f32 + 0.5, y as f32 + 0.5);
                let w = [(pb, pc), (pc, pa), (pa, pb)].map(|(from, to)| (edge(from, to, p), top_left(from, to)));
                if w.iter().any(|(value, inclusive)| *value < 0.0 || (*value == 0.0 && !inclusive)) {
                    continue;
                }
                let share = w.map(|(value, _)| value / area);
                let mix =
                    |f: &dyn Fn(&egui::epaint::Vertex) -> f32| f(va) * share[0] + f(vb) * share[1] + f(c) * share[2];
                let texel = sample(texture, mix(&|v| v.uv.x), mix(&|v| v.uv.y));
                let color: [f32; 4] = std::array::from_fn(|i| mix(&|v| f32::from(v.color[i])) * texel[i] / 255.0);
                let keep = 1.0 - color[3] / 255.0;
                let pixel = &mut pixels[y * width + x];
                *pixel = std::array::from_fn(|i| color[i] + pixel[i] * keep);
            }
        }
    }
}

fn edge(a: (f32, f32), b: (f32, f32), p: (f32, f32)) -> f32 {
    (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0)
}

#[expect(clippy::float_cmp, reason = "an edge is level only if its ends are equal")]
fn top_left(a: (f32, f32), b: (f32, f32)) -> bool {
    (a.1 == b.1 && b.0 > a.0) || b.1 < a.1
}

fn sample(texture: &ColorImage, u: f32, v: f32) -> [f32; 4] {
    let [w, h] = texture.size;
    let (x, y) = (u * w as f32 - 0.5, v * h as f32 - 0.5);
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let texel =
        |x: f32, y: f32| -> Color32 { texture[((x.max(0.0) as usize).min(w - 1), (y.max(0.0) as usize).min(h - 1))] };
    let corners = [
        (texel(x0, y0), (1.0 - fx) * (1.0 - fy)),
        (texel(x0 + 1.0, y0), fx * (1.0 - fy)),
        (texel(x0, y0 + 1.0), (1.0 - fx) * fy),
        (texel(x0 + 1.0, y0 + 1.0), fx * fy),
    ];
    std::array::from_fn(|i| corners.iter().map(|(c, w)| f32::from(c[i]) * w).sum())
}
