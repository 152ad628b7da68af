// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title X4PN: ERC-20 with permit and a cap, minted only by `X4PNRewards`. Amounts are 10^-18.
interface IX4PNToken {
    error Token_NotMinter(address caller);
    error Token_AboveCap(uint256 supply, uint256 cap);

    function mint(address to, uint256 amount) external;
    function burn(uint256 amount) external;
    function CAP() external view returns (uint256);
    function MINTER() external view returns (address);
}
