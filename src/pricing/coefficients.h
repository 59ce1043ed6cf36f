/* coefficients.h: polynomials of the pricing kernels, lowest power first. Made by
 * tools/fit_kernels. */
#ifndef PLI_PRICING_COEFFICIENTS_H
#define PLI_PRICING_COEFFICIENTS_H

/* Mills' ratio of x in [-0.75, 54], times x + 6, in t = (x - 6) / (x + 6). Largest relative error
 * of the fit: 4.4e-18. */
static const double pli_mills_fit[] = {
    0x1.f2d2fd15d616dp+0,
    -0x1.c1d5d4c5f37ffp+0,
    0x1.6d1b049a201fep+0,
    -0x1.0999c262fe305p+0,
    0x1.57ea9ca35af41p-1,
    -0x1.87e5ceee12c9bp-2,
    0x1.81e690aa33b74p-3,
    -0x1.3e21804b89e12p-4,
    0x1.9be921951cccfp-6,
    -0x1.5e2b0c18669fep-8,
    0x1.599494dba3917p-14,
    0x1.dcafbd848db37p-12,
    -0x1.5462b9831b876p-13,
    0x1.69a879de9dbd4p-19,
    0x1.1dc7614072b82p-16,
    -0x1.2e8ff9df1bb7fp-18,
    -0x1.1fca080552762p-20,
    0x1.a0b8fd1a38b14p-21,
    0x1.c80991dae0e9dp-27,
    -0x1.d70765e66ebe4p-24,
    0x1.228bb2402d620p-27,
    0x1.0edf7b3e0dcd4p-26,
    -0x1.235a8c2e008fcp-31,
    -0x1.090c26305e297p-29,
    -0x1.725be0b18f43ap-32,
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

/* The same in single precision, x in [-0.75, 13], with x + 4. Largest relative error of the
 * fit: 6.0e-9. */
static const float pli_mills_fit_single[] = {
    0x1.e4aa014be720ep+0f,
    -0x1.8615db355bc3bp+0f,
    0x1.f0d9736b41a24p-1f,
    -0x1.dec25cd735bb0p-2f,
    0x1.3610971ab8be9p-3f,
    -0x1.35fa6849bd024p-6f,
    -0x1.1f31c2f716fe4p-7f,
    0x1.0ebc3873c92c0p-8f,
    0x1.dce6cc4399620p-12f,
    -0x1.2d095acffec15p-11f,
    -0x1.163a59e27dca6p-13f,
};

/* exp(r) in single precision. Largest relative error of the fit: 2.5e-9. */
static const float pli_exp_fit_single[] = {
    0x1.0000000000000p+0f,
    0x1.000000a2f7194p+0f,
    0x1.00000028b7ad4p-1f,
    0x1.555402e3fd675p-3f,
    0x1.5554ac342f261p-5f,
    0x1.12705af4765e4p-7f,
    0x1.6d75e5bb8107bp-10f,
};

#endif
