// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The one call to Uniswap v3's factory that the deposit router makes.
interface IUniswapV3Factory {
    /// @notice Zero where there is none. The order of the tokens does not matter.
    function getPool(address tokenA, address tokenB, uint24 fee) external view returns (address pool);
}

/// @title The one call to a Uniswap v3 pool that the deposit router makes.
interface IUniswapV3Pool {
    /// @notice Pays out first and then asks the caller for payment in `uniswapV3SwapCallback`.
    /// @param zeroForOne Whether token0 goes in.
    /// @param amountSpecified What goes in, when positive.
    /// @param sqrtPriceLimitX96 Where the price stops; what was not swapped by then is not asked for.
    /// @return amount0 Base units that the pool got, negative for what it gave.
    /// @return amount1 The same of token1.
    function swap(
        address recipient,
        bool zeroForOne,
        int256 amountSpecified,
        uint160 sqrtPriceLimitX96,
        bytes calldata data
    ) external returns (int256 amount0, int256 amount1);
}

/// @title What a Uniswap v3 pool asks its caller for in the middle of a swap.
interface IUniswapV3SwapCallback {
    /// @notice Positive amounts are to be paid to the pool before this returns.
    function uniswapV3SwapCallback(int256 amount0Delta, int256 amount1Delta, bytes calldata data) external;
}
