// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Attackers} from "./Attackers.sol";
import {Exits} from "./Exits.sol";
import {Governors} from "./Governors.sol";
import {Nodes} from "./Nodes.sol";
import {Relayers} from "./Relayers.sol";
import {Users} from "./Users.sol";
import {Stage, World} from "./World.sol";

/// @title Everyone together. Every argument of an action is any 256-bit number.
contract Handler is Users, Nodes, Relayers, Attackers, Governors, Exits {
    constructor(Stage memory stage) World(stage) {}

    /// @notice What may be called, in any order; settling twice as often as the rest.
    function actions() external pure returns (bytes4[] memory all) {
        bytes4[28] memory list = [
            this.deposit.selector,
            this.withdraw.selector,
            this.open.selector,
            this.open.selector,
            this.topUp.selector,
            this.topUpFromBalance.selector,
            this.topUpBeyond96Bits.selector,
            this.openAgain.selector,
            this.stop.selector,
            this.close.selector,
            this.settle.selector,
            this.settle.selector,
            this.release.selector,
            this.closeCooperative.selector,
            this.book.selector,
            this.payOut.selector,
            this.payTreasury.selector,
            this.openBySig.selector,
            this.openWithAuthorization.selector,
            this.depositWithAuthorization.selector,
            this.withdrawBySig.selector,
            this.stopBySig.selector,
            this.forgeStop.selector,
            this.forgeReceipt.selector,
            this.replay.selector,
            this.wait_.selector,
            this.wait_.selector,
            this.setFee.selector
        ];
        bytes4[8] memory more = [
            this.forgeRelease.selector,
            this.overspend.selector,
            this.donate.selector,
            this.setTreasury.selector,
            this.pause.selector,
            this.unpause.selector,
            this.blacklist.selector,
            this.everyoneLeaves.selector
        ];
        all = new bytes4[](list.length + more.length);
        for (uint256 i; i < list.length; ++i) {
            all[i] = list[i];
        }
        for (uint256 i; i < more.length; ++i) {
            all[list.length + i] = more[i];
        }
    }
}
