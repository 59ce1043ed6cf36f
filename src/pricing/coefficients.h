/* coefficients.h: polynomials of the pricing kernels, lowest power first. Made by
 * tools/fit_kernels. */
#ifndef PLI_PRICING_COEFFICIENTS_H
#define PLI_PRICING_COEFFICIENTS_H

/* Mills ratio of x in [0, 39], times x + 5, in t = (x - 5) / (x + 5). Largest relative error of the
 * fit: 1.2e-17. */
static const double pli_mills_fit[] = {
    0x1.ed96b8318f6c5p+0,
    -0x1.aaf94e206d6d8p+0,
    0x1.3dd60739e7979p+0,
    -0x1.9262efbe12dd8p-1,
    0x1.a7927af8f0936p-2,
    -0x1.62d360c62fb28p-3,
    0x1.ab031a04e758ap-5,
    -0x1.ebbc32739b179p-8,
    -0x1.062396b646190p-9,
    0x1.660d45dc2d4cep-10,
    -0x1.38200b15b360bp-13,
    -0x1.059799df45db9p-13,
    0x1.5ec206cf851e9p-15,
    0x1.4ed3e19d0200fp-17,
    -0x1.d1d675e76a3aap-18,
    -0x1.c4fecf8a8278dp-21,
    0x1.23725afb8fde8p-20,
    0x1.c720b65ff819bp-24,
    -0x1.62f694d77417dp-23,
    -0x1.911330a37a818p-26,
    0x1.49ffc156801f3p-26,
    0x1.2df84cbba678cp-28,
    -0x1.b597faa6b8834p-32,
};

/* (atanh(s) / s - 1) / s^2 in s^2, for s = (a - b) / (a + b), a / b in [sqrt(1/2), sqrt(2)].
 * Largest relative error of the fit: 2.1e-20. */
static const double pli_atanh_fit[] = {
    0x1.5555555555555p-2,
    0x1.9999999999998p-3,
    0x1.2492492492962p-3,
    0x1.c71c71c64b463p-4,
    0x1.745d17d40cf59p-4,
    0x1.3b137afb813a0p-4,
    0x1.111d30dcfa14ap-4,
    0x1.debd2cc5021e0p-5,
    0x1.e6bf079f670fep-5,
};

/* exp(r) in r, |r| <= ln(2) / 2. Largest relative error of the fit: 4.3e-18. */
static const double pli_exp_fit[] = {
    0x1.0000000000000p+0,
    0x1.0000000000000p+0,
    0x1.0000000000011p-1,
    0x1.555555555555ap-3,
    0x1.555555554f000p-5,
    0x1.111111110f1e5p-7,
    0x1.6c16c18826db1p-10,
    0x1.a01a01b15de9dp-13,
    0x1.a01991399f987p-16,
    0x1.71ddf52ded199p-19,
    0x1.28b46faf8c24cp-22,
    0x1.af639fa6e1b0bp-26,
};

#endif
