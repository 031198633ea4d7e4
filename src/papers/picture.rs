//! Reads a picture and writes it anew: what is kept holds its points and nothing else, neither the place nor the device of the one
//! who took it, nor what somebody hid behind it.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};

use super::kind::Refused;

/// Points that are read: as many as the cameras of usual phones have, and more.
const POINTS: u64 = 64_000_000;
/// The longer side that is kept, in points: A4 at 300 an inch.
const SIDE: u32 = 3508;
/// How faithful the new one is, of 100: letters stay sharp.
const QUALITY: u8 = 88;
/// Bytes that reading may take: four for a point, and what a decoder needs beside it.
const MEMORY: u64 = POINTS * 4 + 64 * 1024 * 1024;

/// A picture as JPEG, upright and without anything but its points.
///
/// # Errors
/// When it can't be read to its end, or has more points than we read.
pub(super) fn anew(bytes: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Refused::Broken)?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err(Refused::Broken);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > POINTS {
        return Err(Refused::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > SIDE {
        picture = picture.resize(SIDE, SIDE, FilterType::Triangle);
    }
    let mut written = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut written, QUALITY);
    on_white(picture).write_with_encoder(encoder).map_err(refused)?;
    Ok(written)
}

fn refused(error: ImageError) -> Refused {
    match error {
        ImageError::Limits(_) => Refused::TooManyPixels,
        _ => Refused::Broken,
    }
}

/// What can be seen through is paper.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return if picture.color().has_color() { picture.to_rgb8().into() } else { picture.to_luma8().into() };
    }
    let seen = picture.to_rgba8();
    let mix = |ink: u8, alpha: u8| {
        let (ink, alpha) = (u16::from(ink), u16::from(alpha));
        u8::try_from((ink * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    let paper = RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0;
        image::Rgb([mix(red, alpha), mix(green, alpha), mix(blue, alpha)])
    });
    paper.into()
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    fn jpeg(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> RgbImage {
        image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).unwrap().to_rgb8()
    }

    /// A JPEG with an EXIF part that turns it and says where it was taken.
    fn turned(picture: &DynamicImage) -> Vec<u8> {
        // TIFF, little endian, one entry: orientation, 6 (a quarter to the right).
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 61.25 73.40");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let plain = jpeg(picture);
        [&plain[..2], b"\xff\xe1", &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn only_points_are_kept_and_they_stand_upright() {
        let wide =
            DynamicImage::from(RgbImage::from_fn(40, 20, |x, _| image::Rgb(if x < 20 { [0; 3] } else { [255; 3] })));
        let taken = turned(&wide);
        assert!(taken.windows(3).any(|part| part == b"GPS"));
        let kept = anew(&taken).unwrap();
        assert!(!kept.windows(3).any(|part| part == b"GPS") && !kept.windows(4).any(|part| part == b"Exif"));
        let seen = read(&kept);
        assert_eq!(seen.dimensions(), (20, 40), "turned as it was held");
        assert!(seen.get_pixel(10, 5).0[0] < 60 && seen.get_pixel(10, 35).0[0] > 200);
    }

    #[test]
    fn what_hides_behind_a_picture_is_gone() {
        let picture = DynamicImage::from(RgbImage::new(10, 10));
        let polyglot = [jpeg(&picture), b"<script>alert(1)</script>PK\x03\x04".to_vec()].concat();
        assert!(!anew(&polyglot).unwrap().windows(6).any(|part| part == b"script"));
    }

    #[test]
    fn what_is_seen_through_is_paper() {
        let clear = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0]));
        assert_eq!(read(&anew(&png(&clear.into())).unwrap()).get_pixel(4, 4).0, [255; 3]);
    }

    #[test]
    fn a_large_picture_is_made_as_large_as_a_sheet() {
        let large = anew(&png(&DynamicImage::new_luma8(7000, 10))).unwrap();
        assert_eq!(read(&large).dimensions().0, SIDE);
    }

    #[test]
    fn more_points_than_we_read_are_refused_before_they_are_read() {
        let mut huge = png(&DynamicImage::new_luma8(8, 8));
        // The sides, and the check sum of the part that they stand in.
        huge[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let sum = crc(&huge[12..29]);
        huge[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(anew(&huge), Err(Refused::TooManyPixels));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
        })
    }

    #[test]
    fn half_a_picture_is_broken() {
        let whole = png(&DynamicImage::new_rgb8(50, 50));
        assert_eq!(anew(&whole[..whole.len() / 2]), Err(Refused::Broken));
        assert_eq!(anew(b"\xff\xd8\xff\xe0junk"), Err(Refused::Broken));
    }
}
